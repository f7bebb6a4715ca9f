public import Computing

extension CertifiedSolution {
  public func save(to sink: some StateSink) {
    course.save(to: sink)
    sink.write("distances", distances.q + distances.p)
    // A strip that is lost stays lost.
    let strips = (positionStrips + momentumStrips).joined().flatMap { [$0.position, $0.velocity] }
    sink.write("strips", strips.map { $0.isFinite ? $0 : -1 })
    rows.save(to: sink)
  }

  public func restore(_ state: SavedState) throws {
    let done = try course.saved(in: state)
    let species = model.masses.count
    let distances = try state.array("distances", count: 2 * species)
    let count = (positionStrips + momentumStrips).joined().count
    let strips = try state.array("strips", count: 2 * count).map { $0 < 0 ? .infinity : $0 }
    guard distances.allSatisfy({ $0 >= 0 }) else {
      throw SavedStateError(array: "distances", expected: "numbers ≥ 0", got: "others")
    }
    try rows.restore(state, nodes: plan.nodes)
    course.restore(done: done)
    self.distances = (Array(distances.prefix(species)), Array(distances.suffix(species)))
    var place = 0
    func next(_ track: StripTrack) -> StripTrack {
      defer { place += 2 }
      return track.at(position: strips[place], velocity: strips[place + 1])
    }
    positionStrips = positionStrips.map { $0.map(next) }
    momentumStrips = momentumStrips.map { $0.map(next) }
  }
}
