/**
 * Where flags are kept and how they change: compare-and-set commits, each with its audit entry in a hash chain, and the
 * change feed that the audit log is. {@link dev.flags.store.Storage} is what a new store supplies.
 */
@NullMarked
package dev.flags.store;

import org.jspecify.annotations.NullMarked;
