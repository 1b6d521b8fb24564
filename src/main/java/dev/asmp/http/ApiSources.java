package dev.asmp.http;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Mapping;
import dev.asmp.events.Feed;
import dev.asmp.federation.Federation;
import dev.asmp.federation.HostHistory;
import dev.asmp.fleet.VmFleet;
import dev.asmp.health.HealthMonitor;
import dev.asmp.lieutenant.Agents;
import dev.asmp.manifest.HostProfile;
import dev.asmp.models.Models;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Registry;
import dev.asmp.vm.VmStore;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The sources of the API's answers, and the functions of the daemon that it can call. */
public record ApiSources(Registry registry, Discoveries discoveries, HealthMonitor health, Feed feed, VmStore vms,
        Feed vmFeed, Agents agents, Supplier<HostProfile> profile, String ownerToken, Supplier<Mapping> scan,
        Supplier<Mapping> reload, BiFunction<Request, Boolean, Reply> mcp, Consumer<MetricsPage> metrics,
        DaemonState daemon, HttpBudgets budgets,
        Consumer<String> log,
        Models models, Federation federation, HostHistory hostHistory, Supplier<VmFleet> fleet,
        ByteBudget execs) {}
