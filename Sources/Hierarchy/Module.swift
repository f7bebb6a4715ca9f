// The module Hierarchy.
