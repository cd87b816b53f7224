package dev.podium.ec2;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// An instance type: what AWS gives it, and what a pod of it asks for.
///
/// @param name      such as `t3.micro`
/// @param vcpus     as AWS counts them
/// @param memoryMib also the memory request and limit of the pod
/// @param cpuMillis the CPU request: all of them, or for burstable types AWS's baseline
/// @param arm       whether its processor is an ARM
record InstanceType(String name, int vcpus, int memoryMib, int cpuMillis, boolean arm) {
    /// `size vcpus memory-in-MiB CPU-request`, of the burstable families.
    private static final String T2 = """
            nano 1 512 50
            micro 1 1024 100
            small 1 2048 200
            medium 2 4096 400
            large 2 8192 600
            xlarge 4 16384 900
            2xlarge 8 32768 1350
            """;

    private static final String T3 = """
            nano 2 512 100
            micro 2 1024 200
            small 2 2048 400
            medium 2 4096 400
            large 2 8192 600
            xlarge 4 16384 1600
            2xlarge 8 32768 3200
            """;

    /// Sizes of the other families, as multiples of `large`, which has two CPUs.
    private static final Map<String, Integer> SIZES =
            Map.of("large", 1, "xlarge", 2, "2xlarge", 4, "4xlarge", 8, "8xlarge", 16, "12xlarge", 24, "16xlarge", 32);

    /// `families GiB-per-CPU`.
    private static final Map<String, Integer> FAMILIES = Map.of(
            "c5 c5a c5n c6i c6a c7i c7a c6g c7g c8g",
            2,
            "m5 m5a m5n m6i m6a m7i m7a m6g m7g m8g",
            4,
            "r5 r5a r5n r6i r6a r7i r7a r6g r7g r8g",
            8);

    /// Made when the first instance type is asked for.
    private static final class Table {
        static final SequencedMap<String, InstanceType> ALL = make();

        private static SequencedMap<String, InstanceType> make() {
            SequencedMap<String, InstanceType> all = new LinkedHashMap<>();
            add(all, new InstanceType("m1.small", 1, 1740, 250, false));
            burstable(all, "t2", T2);
            List.of("t3", "t3a", "t4g").forEach(family -> burstable(all, family, T3));
            FAMILIES.forEach((families, gib) -> List.of(families.split(" ", -1)).forEach(family -> {
                boolean arm = family.endsWith("g");
                add(all, new InstanceType(family + ".medium", 1, gib * 1024, 1000, arm));
                SIZES.forEach((size, times) -> add(
                        all, new InstanceType(family + "." + size, 2 * times, 2048 * gib * times, 2000 * times, arm)));
                if (!arm) {
                    all.remove(family + ".medium");
                }
            }));
            return all;
        }

        private static void burstable(Map<String, InstanceType> all, String family, String rows) {
            rows.lines().forEach(row -> {
                String[] cells = row.split(" ", -1);
                add(
                        all,
                        new InstanceType(
                                family + "." + cells[0],
                                Integer.parseInt(cells[1]),
                                Integer.parseInt(cells[2]),
                                Integer.parseInt(cells[3]),
                                family.endsWith("g")));
            });
        }

        private static void add(Map<String, InstanceType> all, InstanceType type) {
            all.put(type.name, type);
        }
    }

    /// The type of a name, if there is one.
    static Optional<InstanceType> of(String name) {
        return Optional.ofNullable(Table.ALL.get(name));
    }

    /// All types.
    static Collection<InstanceType> all() {
        return Table.ALL.values();
    }

    /// The family: `t3`.
    String family() {
        return name.substring(0, name.indexOf('.'));
    }

    boolean burstable() {
        return name.startsWith("t");
    }

    String architecture() {
        return arm ? "arm64" : "x86_64";
    }
}
