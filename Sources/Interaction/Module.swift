// The module Interaction.
