// Knows every GObject of a process that is not finalised: loaded before the first class, it is told by GObject's own class, whose
// functions all others call. `ObjectCensus.swift` builds it, preloads it to programs and asks it.
#include <glib-object.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What GLib and GTK 4.8 make once and keep for the process, beside what belongs to no window: types, or the beginnings of their
// names. Seen in a program in C that opens a window and closes it.
static const char *const kept_types[] = {
    "GIOModule", "GLocalVfs", "GResourceFile", "GdkDisplayManager", "GdkFrameClockIdle", "GdkSeatDefault", "GtkIconTheme",
    "GtkSettings", "GtkStyleCascade", "GtkTooltip", "GtkWindowGroup",
    // Pictures of icons.
    "GdkMemoryTexture", "GtkIconPaintable",
    // Shortcuts of classes.
    "GtkShortcut", "GtkAlternativeTrigger", "GtkKeyvalTrigger", "GtkMnemonicTrigger", "GtkNeverTrigger", "GtkCallbackAction",
    "GtkMnemonicAction", "GtkNamedAction", "GtkNothingAction", "GtkSignalAction",
};
static const char *const kept_families[] = {"GdkX11", "Gsk", "GtkCss", "Pango"};

static GMutex mutex;
static GHashTable *objects;
static void (*constructed)(GObject *);
static void (*finalize)(GObject *);
static char *path;
static pid_t owner;

static void note_constructed(GObject *object) {
    g_mutex_lock(&mutex);
    g_hash_table_add(objects, object);
    g_mutex_unlock(&mutex);
    constructed(object);
}

static void note_finalized(GObject *object) {
    g_mutex_lock(&mutex);
    g_hash_table_remove(objects, object);
    g_mutex_unlock(&mutex);
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
    // In which classes keep their shortcuts, GDK its monitors and GTK its windows.
    return G_IS_LIST_STORE(object) && strstr("GtkShortcut GdkMonitor GtkWidget", item_type(object));
}

static int compare_lines(gconstpointer first, gconstpointer second) {
    return strcmp(*(const char *const *)first, *(const char *const *)second);
}

/// What is there, a line for each object: its type; to be released with g_free()..
char *object_census(void);
char *object_census(void) {
    GPtrArray *lines = g_ptr_array_new();
    g_mutex_lock(&mutex);
    GHashTableIter each;
    gpointer object;
    g_hash_table_iter_init(&each, objects);
    while (g_hash_table_iter_next(&each, &object, NULL)) {
        const char *type = G_OBJECT_TYPE_NAME(object);
        if (is_kept(object)) continue;
        g_ptr_array_add(lines, G_IS_LIST_STORE(object) ? g_strdup_printf("%s of %s", type, item_type(object)) : g_strdup(type));
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
    constructed = class->constructed;
    finalize = class->finalize;
    class->constructed = note_constructed;
    class->finalize = note_finalized;
}

// GTK has one tooltip, and never releases what that was shown in last.
static void end_tooltip(void) {
    GObject *tooltip = NULL;
    g_mutex_lock(&mutex);
    GHashTableIter each;
    gpointer object;
    g_hash_table_iter_init(&each, objects);
    while (g_hash_table_iter_next(&each, &object, NULL))
        if (strcmp(G_OBJECT_TYPE_NAME(object), "GtkTooltip") == 0) tooltip = g_object_ref(object);
    g_mutex_unlock(&mutex);
    if (!tooltip) return;
    g_object_run_dispose(tooltip);
    g_object_unref(tooltip);
}

__attribute__((destructor)) static void end(void) {
    if (!path || getpid() != owner) return;
    end_tooltip();
    const char *expected = getenv("OBJECT_CENSUS_EXPECTED");
    if (!expected) expected = "";
    char *text = object_census();
    // GLib's thread that speaks with the bus lets go of a connection a moment after the last who had it.
    for (int look = 0; strcmp(text, expected) != 0 && look < 500; look++) {
        g_free(text);
        usleep(10000);
        // What that thread has done is told to the main loop.
        while (g_main_context_iteration(NULL, FALSE)) {}
        text = object_census();
    }
    g_file_set_contents(path, text, -1, NULL);
}
