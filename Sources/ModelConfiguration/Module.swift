// The module ModelConfiguration.
