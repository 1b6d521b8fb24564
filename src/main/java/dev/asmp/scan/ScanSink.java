package dev.asmp.scan;

import java.util.List;

/** Takes what a scan finds while the scan goes on, group by group, in string order of the paths. */
@FunctionalInterface
public interface ScanSink {
    /** Takes some of the manifests found; the scan waits meanwhile. */
    void take(List<FoundManifest> found);
}
