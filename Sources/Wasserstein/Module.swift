// The module Wasserstein.
