/**
 * A question in plain words and the evidence of services enter; the services that answer it leave, best first, each with
 * the reasons, and corrections of misspelt words. All of it is pure: the same question to the same services has the same answer. It uses
 * {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.ranking;

import org.jspecify.annotations.NullMarked;
