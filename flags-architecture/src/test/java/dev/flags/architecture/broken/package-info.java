/** A small copy of the picture in which every rule is broken once; it proves that the rules can fail. */
package dev.flags.architecture.broken;
