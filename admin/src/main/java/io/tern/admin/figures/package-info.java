/// What can be read of a running broker: as JSON, below `$SYS/`, and as a page that says what there is.
package io.tern.admin.figures;
