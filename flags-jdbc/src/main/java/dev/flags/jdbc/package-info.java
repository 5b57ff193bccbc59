/** The store on a relational database. */
@NullMarked
package dev.flags.jdbc;

import org.jspecify.annotations.NullMarked;
