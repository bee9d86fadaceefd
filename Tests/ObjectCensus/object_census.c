// Knows every GObject of a process that is not finalised: loaded before the first class, it stands in for two functions of
// GObject's own class, which the classes of all others inherit or call. `ObjectCensus.swift` builds it, preloads it to
// programs and asks it.
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What GLib and GTK 4.8 make once and keep for the process, beside what belongs to no window. Seen in a program in C that
// opens a window and closes it.
static const char *const kept_types[] = {
    "GIOModule", "GLocalVfs", "GResourceFile", "GdkDisplayManager", "GdkFrameClockIdle", "GdkSeatDefault",
    "GtkCssProvider", "GtkCssShorthandProperty", "GtkCssStaticStyle", "GtkCssStyleProperty", "GtkIconTheme",
    "GtkSettings", "GtkStyleCascade", "GtkTooltip", "GtkWindowGroup",
    // Pictures of icons.
    "GdkMemoryTexture", "GtkIconPaintable",
    // Shortcuts of classes.
    "GtkShortcut", "GtkAlternativeTrigger", "GtkKeyvalTrigger", "GtkMnemonicTrigger", "GtkNeverTrigger",
    "GtkCallbackAction", "GtkMnemonicAction", "GtkNamedAction", "GtkNothingAction", "GtkSignalAction",
};
// The same, by the beginnings of names: the display, what draws on it, values in style sheets, fonts.
static const char *const kept_families[] = {"GdkX11", "Gsk", "GtkCssImage", "GtkCssValue", "Pango"};
// What the lists hold in which classes keep their shortcuts, GDK its monitors and GTK its windows.
static const char *const kept_items[] = {"GtkShortcut", "GdkMonitor", "GtkWidget"};

static GMutex mutex;
static GHashTable *objects;
static GObject *(*construct)(GType, guint, GObjectConstructParam *);
static void (*finalize)(GObject *);
static char *path;
static pid_t owner;
// Where the end of the process waits for the end of objects; NULL as long as it does not.
static GMainContext *waiting;

// `constructed` would not do: not every class calls its parent's.
static GObject *note_constructed(GType type, guint count, GObjectConstructParam *parameters) {
    GObject *object = construct(type, count, parameters);
    g_mutex_lock(&mutex);
    g_hash_table_add(objects, object);
    g_mutex_unlock(&mutex);
    return object;
}

static void note_finalized(GObject *object) {
    g_mutex_lock(&mutex);
    g_hash_table_remove(objects, object);
    GMainContext *context = waiting;
    g_mutex_unlock(&mutex);
    if (context) g_main_context_wakeup(context);
    finalize(object);
}

static const char *item_type(GObject *list) {
    return g_type_name(g_list_model_get_item_type(G_LIST_MODEL(list)));
}

static gboolean is_kept(GObject *object) {
    const char *type = G_OBJECT_TYPE_NAME(object);
    for (size_t index = 0; index < G_N_ELEMENTS(kept_types); index++)
        if (strcmp(type, kept_types[index]) == 0) return TRUE;
    for (size_t index = 0; index < G_N_ELEMENTS(kept_families); index++)
        if (g_str_has_prefix(type, kept_families[index])) return TRUE;
    for (size_t index = 0; index < G_N_ELEMENTS(kept_items); index++)
        if (G_IS_LIST_STORE(object) && strcmp(item_type(object), kept_items[index]) == 0) return TRUE;
    return FALSE;
}

static int compare_lines(gconstpointer first, gconstpointer second) {
    return strcmp(*(const char *const *)first, *(const char *const *)second);
}

/// What is there, a line for each object: its type; to be released with g_free().
char *object_census(void);
char *object_census(void) {
    GPtrArray *lines = g_ptr_array_new();
    GHashTableIter each;
    gpointer object;
    // Held while objects are asked for their types, so that none of them ends meanwhile.
    g_mutex_lock(&mutex);
    g_hash_table_iter_init(&each, objects);
    while (g_hash_table_iter_next(&each, &object, NULL)) {
        if (is_kept(object)) continue;
        const char *type = G_OBJECT_TYPE_NAME(object);
        const char *items = G_IS_LIST_STORE(object) ? item_type(object) : NULL;
        g_ptr_array_add(lines, items ? g_strdup_printf("%s of %s", type, items) : g_strdup(type));
    }
    g_mutex_unlock(&mutex);
    g_ptr_array_sort(lines, compare_lines);
    g_ptr_array_add(lines, NULL);
    char *text = g_strjoinv("\n", (char **)lines->pdata);
    g_strfreev((char **)g_ptr_array_free(lines, FALSE));
    return text;
}

__attribute__((constructor)) static void begin(void) {
    owner = getpid();
    const char *name = getenv("OBJECT_CENSUS");
    path = name ? strdup(name) : NULL;
    // What this program starts is another matter.
    if (path) unsetenv("LD_PRELOAD");
    objects = g_hash_table_new(NULL, NULL);
    GObjectClass *class = g_type_class_ref(G_TYPE_OBJECT);
    construct = class->constructor;
    finalize = class->finalize;
    class->constructor = note_constructed;
    class->finalize = note_finalized;
}

// GTK has one tooltip, and never releases what that was shown in last.
static void end_tooltip(void) {
    GObject *tooltip = NULL;
    GHashTableIter each;
    gpointer object;
    g_mutex_lock(&mutex);
    g_hash_table_iter_init(&each, objects);
    while (!tooltip && g_hash_table_iter_next(&each, &object, NULL))
        if (strcmp(G_OBJECT_TYPE_NAME(object), "GtkTooltip") == 0) tooltip = g_object_ref(object);
    g_mutex_unlock(&mutex);
    if (!tooltip) return;
    g_object_run_dispose(tooltip);
    g_object_unref(tooltip);
}

/// Whether these objects may be left: nobody, or what OBJECT_CENSUS_ALLOWED says, alternatives with an empty line between
/// them.
static gboolean is_allowed(const char *text) {
    const char *allowed = getenv("OBJECT_CENSUS_ALLOWED");
    // Of an empty text g_strsplit() makes nothing.
    if (!allowed || *allowed == '\0') return *text == '\0';
    char **alternatives = g_strsplit(allowed, "\n\n", -1);
    gboolean result = g_strv_contains((const char *const *)alternatives, text);
    g_strfreev(alternatives);
    return result;
}

static gboolean set_true(gpointer flag) {
    *(gboolean *)flag = TRUE;
    return G_SOURCE_REMOVE;
}

__attribute__((destructor)) static void end(void) {
    if (!path || getpid() != owner) return;
    end_tooltip();
    // GLib's thread that speaks with the bus lets go of a connection a moment after the last who had it, and has the main
    // loop told; but not every program expects to be called by that here.
    GMainContext *context = getenv("OBJECT_CENSUS_DISPATCHES") ? g_main_context_default() : g_main_context_new();
    g_mutex_lock(&mutex);
    waiting = context;
    g_mutex_unlock(&mutex);
    gboolean is_over = FALSE;
    GSource *limit = g_timeout_source_new_seconds(30);
    g_source_set_callback(limit, set_true, &is_over, NULL);
    g_source_attach(limit, context);
    char *text = object_census();
    while (!is_allowed(text) && !is_over) {
        g_free(text);
        // Until an object has ended, or the loop has done something.
        g_main_context_iteration(context, TRUE);
        text = object_census();
    }
    g_source_destroy(limit);
    g_file_set_contents(path, text, -1, NULL);
}
