// What is in no Swift module: malloc_trim, mallopt and mallinfo2.
#include <malloc.h>
