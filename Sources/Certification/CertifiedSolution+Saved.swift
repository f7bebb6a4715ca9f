public import Computing

extension CertifiedSolution {
  public func save(to sink: some StateSink) {
    sink.write("panels", [Double(done)])
    sink.write("distances", distances.q + distances.p)
    // A strip that is lost stays lost.
    let strips = (positionStrips + momentumStrips).joined().flatMap { [$0.position, $0.velocity] }
    sink.write("strips", strips.map { $0.isFinite ? $0 : -1 })
    sink.write("characteristics", rows.flatMap { $0.saved() })
  }

  public func restore(_ state: SavedState) throws {
    let panels = try state.array("panels", count: 1)[0]
    guard panels >= 0, panels <= Double(self.panels.count), panels == panels.rounded() else {
      throw SavedStateError(array: "panels", expected: "0 … \(self.panels.count)", got: "\(panels)")
    }
    let species = model.masses.count
    let distances = try state.array("distances", count: 2 * species)
    let count = (positionStrips + momentumStrips).joined().count
    let strips = try state.array("strips", count: 2 * count).map { $0 < 0 ? .infinity : $0 }
    var rest = try state.array("characteristics")[...]
    for row in rows {
      guard let taken = row.restore(saved: rest) else {
        throw SavedStateError(array: "characteristics", expected: "\(plan.nodes) nodes", got: "others")
      }
      rest = rest.dropFirst(taken)
    }
    guard rest.isEmpty, distances.allSatisfy({ $0 >= 0 }) else {
      throw SavedStateError(array: "characteristics", expected: "\(plan.nodes) nodes", got: "more")
    }
    done = Int(panels)
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
