package dev.asmp.vm;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/** VMs in the order of registration, on a shelf each for what they have in common. Immutable. */
record RankIndex<K extends Comparable<K>>(TreePMap<K, TreePMap<Rank, Vm>> shelves) {
    static <K extends Comparable<K>> RankIndex<K> empty() {
        return new RankIndex<K>(TreePMap.empty());
    }

    /** Puts many on their shelves at once. */
    static <K extends Comparable<K>> RankIndex<K> of(Stream<Vm> vms, Function<Vm, K> key) {
        TreeMap<K, TreeMap<Rank, Vm>> sorted = new TreeMap<>();
        vms.forEach(vm -> sorted.computeIfAbsent(key.apply(vm), _ -> new TreeMap<>()).put(vm.rank(), vm));
        TreeMap<K, TreePMap<Rank, Vm>> shelves = new TreeMap<>();
        sorted.forEach((name, shelf) -> shelves.put(name, TreePMap.fromSortedMap(shelf)));
        return new RankIndex<K>(TreePMap.fromSortedMap(shelves));
    }

    NavigableMap<Rank, Vm> of(K key) {
        return shelf(key);
    }

    private TreePMap<Rank, Vm> shelf(K key) {
        TreePMap<Rank, Vm> shelf = shelves.get(key);
        return shelf == null ? TreePMap.empty() : shelf;
    }

    RankIndex<K> with(K key, Vm vm) {
        return new RankIndex<>(shelves.plus(key, shelf(key).plus(vm.rank(), vm)));
    }

    RankIndex<K> without(K key, Vm vm) {
        TreePMap<Rank, Vm> rest = shelf(key).minus(vm.rank());
        return new RankIndex<>(rest.isEmpty() ? shelves.minus(key) : shelves.plus(key, rest));
    }
}
