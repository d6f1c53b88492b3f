//! What a step does to the world: copies, restores, processes, probes
