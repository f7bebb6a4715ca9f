// The module ExperimentKit.
