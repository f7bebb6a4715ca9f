// The module PhaseSpace.
