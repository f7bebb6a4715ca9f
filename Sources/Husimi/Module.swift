// The module Husimi.
