import VlasovHierarchy

/// The library example of README.md.
func readmeExample() throws {
  let model = try Model(torus: 5, species: ["electron"], potentials: [.cosine("electron", "electron", 0.3)])
  let data = try model.product(.maxwellian(sigma: 1, wave: 0.4))
  let lattice = try model.lattice(modes: 6, xiExtent: 8, timeStep: 0.1)
  let hierarchy = try TruncatedHierarchy(model, data, lattice, rank: 2, closure: .cumulant)
  try hierarchy.advance(to: 1)
  print(try hierarchy.distance(to: VlasovSolution(model, data, lattice).advanced(to: 1)))
  let x = try model.point(("electron", xi: 0.5, mode: 1))
  print(try MultiTypeBound().enclosures(model, data, at: x, time: 0.4, orders: 6).map(\.upper))
}
