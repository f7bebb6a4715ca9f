// One import for a mathematician: every library module, and short constructors for what is met first.

@_exported import CLibraries
@_exported import Computing
@_exported import DysonSeries
@_exported import Hierarchy
@_exported import Husimi
@_exported import Interaction
@_exported import ManyBody
@_exported import Numerics
@_exported import PhaseSpace
@_exported import ProtocolChecks
@_exported import RemainderBounds
@_exported import Vlasov
@_exported import Wasserstein
