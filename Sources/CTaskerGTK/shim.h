#ifndef CTASKER_GTK_SHIM_H
#define CTASKER_GTK_SHIM_H

#include <gtk/gtk.h>
#include <libintl.h>

// A variadic C function is invisible to Swift.
static inline void tasker_accessible_set_label(GtkAccessible *accessible, const char *label) {
    gtk_accessible_update_property(accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

#endif
