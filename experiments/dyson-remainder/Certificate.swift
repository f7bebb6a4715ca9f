import CLibraries
import Certification
import ExperimentKit
import Interaction
import PhaseSpace

/// `certificate.json`: the configuration in decimals and what is claimed of it, for scripts/check-certificate.py and anybody
/// else. A ball is [middle, radius].
struct Certificate {
  let settings: Settings
  let rows: [Row]

  var text: String {
    get throws {
      let document: JSONValue = .object([
        ("format", "vlasov-hierarchy certificate 1"), ("version", .string(Experiment.version)),
        ("model", try model), ("initial", try initial), ("orders", .integer(settings.orders)),
        ("times", .array(settings.times.map { .string($0.text) })), ("points", try points),
        ("claims", .array(claims)),
      ])
      return document.text + "\n"
    }
  }

  private static func ball(_ value: Ball, digits: Int = 40) -> JSONValue {
    let (middle, radius) = value.decimals(digits: digits)
    return [.string(middle), .string(radius)]
  }

  private static func complex(_ value: ComplexBall) -> JSONValue {
    [ball(value.real), ball(value.imaginary)]
  }

  private var model: JSONValue {
    get throws {
      let model = settings.model
      let constants = InteractionConstants<Ball>(model)
      var potentials: [JSONValue] = []
      for alpha in model.species.indices {
        for beta in alpha..<model.species.count {
          let modes = try constants.atoms(alpha, beta).filter { $0.mode[0] > 0 }.map { atom -> JSONValue in
            ["m": .integer(atom.mode[0]), "coefficient": Self.ball(atom.coefficient)]
          }
          if !modes.isEmpty {
            potentials.append(["between": [.integer(alpha), .integer(beta)], "modes": .array(modes)])
          }
        }
      }
      guard case .torus(let length) = model.geometry.domain else { return nil }
      let species = model.species.map { species -> JSONValue in
        [
          "name": .string(species.name), "fraction": .string(species.fraction.text),
          "mass": .string(species.mass.text),
        ]
      }
      return [
        "length": .string(length.text), "species": .array(species), "potentials": .array(potentials),
      ]
    }
  }

  private var initial: JSONValue {
    get throws {
      .array(
        settings.initial.components.map { component in
          [
            "weight": .string(component.writtenWeight.text),
            "states": .array(
              component.states.map { state in
                .array(((state as? any StripDensity)?.streams ?? []).map(Self.stream))
              }),
          ]
        })
    }
  }

  private static func stream(_ stream: GaussianStream) -> JSONValue {
    func exact(_ value: Ball) -> JSONValue { .string(value.decimals(digits: 40).middle) }
    return [
      "weight": exact(stream.weight), "sigma": exact(stream.sigma), "drift": exact(stream.drift),
      "waves": .array(
        stream.waves.map {
          ["m": .integer($0.mode), "amplitude": exact($0.amplitude), "phase": exact($0.phase)]
        }),
    ]
  }

  private var points: JSONValue {
    get throws {
      .array(
        try settings.points.map { point in
          let modes = try point.modes(in: settings.model.geometry)
          return [
            "particles": .array(
              zip(point.particles, modes).map { particle, mode in
                [
                  "species": .integer(particle.species), "xi": .string(particle.xi[0].text),
                  "mode": .integer(mode[0]),
                ]
              })
          ]
        })
    }
  }

  /// One claim for each point and time: the rows of its orders follow each other.
  private var claims: [JSONValue] {
    stride(from: 0, to: rows.count, by: settings.orders).compactMap { start in
      let own = rows[start..<min(start + settings.orders, rows.count)]
      guard let first = own.first, let certified = first.certified else { return nil }
      let tail = first.bounds.leastNamed(settings.orders + 1)
      return [
        "point": .integer(first.result.point), "time": .string(first.time.text),
        "terms": .array(certified.terms.map(Self.complex)), "exact": Self.complex(certified.exact),
        "tail": tail.map {
          [
            "order": .integer(settings.orders + 1), "bound": .string("\($0.value)"), "name": .string($0.name),
          ]
        } ?? nil,
        "remainders": .array(
          certified.remainders.map { [.string("\($0.lowerBound)"), .string("\($0.upperBound)")] }),
        "bounds": .array(
          own.map { row in
            .object(
              row.bounds.lowerEnds(row.order).map { name, value in
                (name, value.map { .string("\($0)") } ?? nil)
              })
          }),
        "verdicts": .array(own.map { .string($0.verdict.rawValue) }),
      ]
    }
  }
}
