#ifndef CTASKER_GTK_SHIM_H
#define CTASKER_GTK_SHIM_H

#include <gtk/gtk.h>
#include <libintl.h>

// A variadic C function is invisible to Swift.
static inline void tasker_accessible_set_label(GtkAccessible *accessible, const char *label) {
    gtk_accessible_update_property(accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

// So is this one; and a role can be chosen only when the widget is made.
static inline GtkWidget *tasker_heading_new(void) {
    return g_object_new(GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, NULL);
}

#endif
