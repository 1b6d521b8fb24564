/**
 * The way to VMs of Vers: its HTTP API, the key to it, and commands and files inside a VM. Ids and commands enter, replies and
 * outcomes leave; a failure of the API is a {@link dev.asmp.vers.VersException}. It keeps the key, and the host key of each
 * VM. Everything here is loaded with the first call that concerns a VM. This package imports {@code store}, {@code manifest}
 * and {@code document}.
 */
@NullMarked
package dev.asmp.vers;

import org.jspecify.annotations.NullMarked;
