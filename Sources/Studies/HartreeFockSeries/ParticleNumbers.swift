// How many particles there are of each species, as a configuration says it: N, which the species' fractions split, or the list
// [N_1, …, N_S]. All entries of one series have the same fractions, so that only ħ changes along it.

public import ExperimentKit
public import Interaction
import ModelConfiguration

/// Reads a model whose particle numbers stand elsewhere. Its fractions are those that are written; without any those of the first
/// list among the numbers; without a list as much of every species.
/// - Parameter readsHbar: whether `hbar` may be given apart from N.
/// - Throws: `ConfigurationError` for fractions that are not the list's, and particle numbers in the model itself.
public func readModel(
  _ node: ConfigurationNode, particleNumbers entries: [ConfigurationNode], readsHbar: Bool = false
) throws -> Model {
  guard node["particles"].isAbsent else {
    throw node["particles"].error(expected: "nothing: 'particle-numbers' says how many there are")
  }
  let species = try node["species"].list(atLeast: 1)
  // Asked of every species: the effective configuration has its keys in the order of the questions.
  let hasFractions = species.map { !$0["fraction"].isAbsent }.contains(true)
  let list = try entries.first(where: \.isList).map { try readList($0, species: species.count) }
  return try ModelReader(
    node, readsKernel: false, readsHbar: readsHbar,
    particleNumbers: list ?? (hasFractions ? nil : [Int](repeating: 1, count: species.count))
  ).model
}

/// Reads N: a number that the fractions of the model split into whole ones, or a list that has these fractions (1e-12).
/// - Throws: `ConfigurationError` for any other, and for N above `largest`.
public func readParticleNumber(_ entry: ConfigurationNode, of model: Model, atMost largest: Int) throws -> Int
{
  let count = model.species.count
  guard entry.isList else {
    let total = try entry.integer(in: count...largest)
    guard try model.with(particleNumber: total) != nil else {
      throw entry.error(
        expected: "a number of which the fractions \(model.fractions) are whole numbers of particles",
        got: "\(total)")
    }
    return total
  }
  let list = try readList(entry, species: count)
  let total = list.reduce(0, +)
  guard total <= largest else {
    throw entry.error(expected: "at most \(largest) particles in all", got: "\(total)")
  }
  guard try model.with(particleNumber: total)?.particles == list else {
    throw entry.error(
      expected: "particle numbers in the ratio of the fractions \(model.fractions)", got: "\(list)")
  }
  return total
}

/// [N_1, …, N_S]
private func readList(_ entry: ConfigurationNode, species count: Int) throws -> [Int] {
  let entries = try entry.list()
  guard entries.count == count else {
    throw entry.error(
      expected: "a list of \(count) particle numbers, one for each species", got: "a list of \(entries.count)"
    )
  }
  return try entries.map { try $0.integer(in: 1...1_000_000) }
}
