/**
 * A question in plain words and the evidence of services enter; the services that answer it leave, best first, each with
 * the reasons, and near words for one that nobody provides. All of it is pure and asks no model: the same question to
 * the same services has the same answer. This room leans on {@code manifest} and {@code document}.
 */
@NullMarked
package dev.asmp.ranking;

import org.jspecify.annotations.NullMarked;
