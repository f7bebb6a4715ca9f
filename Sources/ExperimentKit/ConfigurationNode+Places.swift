import CLibraries

// What a library refuses while a run computes comes from the configuration as well, but the library knows its own
// arguments only: "time", "domain.length". Their places are found among the keys that were read.

extension ConfigurationNode {
  /// The key path of a library's argument: that of the key of its name (or of its plural), the outermost if there are
  /// several; where several are equally far out, the place around them all. Nil when no key has that name.
  func place(of argument: String) -> String? {
    let wanted = argument.split(separator: ".").map(String.init)
    guard let last = wanted.last else { return nil }
    var found: [[String]] = []
    func visit(_ value: EffectiveValue, _ place: [String]) {
      for key in value.keys {
        guard let child = value.value(key), child.isKnown else { continue }
        let own = place + [key]
        let names = own.suffix(wanted.count)
        if names.dropLast().elementsEqual(wanted.dropLast()), key == last || key == last + "s" {
          found.append(own)
        }
        visit(child, own)
      }
      for (index, element) in value.elements.enumerated() {
        guard let name = place.last else { continue }
        visit(element, place.dropLast() + ["\(name)[\(index)]"])
      }
    }
    visit(record, path.isEmpty ? [] : [path])
    let depth = found.map(\.count).min() ?? 0
    let outermost = found.filter { $0.count == depth }
    guard let first = outermost.first else { return nil }
    guard outermost.count > 1 else { return first.joined(separator: ".") }
    var common = 0
    while common < depth, outermost.allSatisfy({ $0[common] == first[common] }) { common += 1 }
    return common == 0 ? nil : first.prefix(common).joined(separator: ".")
  }

  /// The key path of an argument of the library that was made from this place. The library may name the whole it belongs
  /// to, e.g. lattice.modes, which here may have another name: what is read here counts, then a key further in.
  func placeHere(of argument: String) -> String {
    let names = argument.split(separator: ".").map(String.init)
    let prefix = path.isEmpty ? "" : path + "."
    for start in names.indices where record.keys.contains(String(names[start].prefix { $0 != "[" })) {
      return prefix + names[start...].joined(separator: ".")
    }
    if let place = place(of: argument) { return place }
    let own = path.split(separator: ".").last.map(String.init)
    let rest = names.count > 1 && names.first == own ? Array(names.dropFirst()) : names
    return prefix + rest.joined(separator: ".")
  }

  /// Runs what is made or computed from this configuration, and gives what the library refuses its place in the file.
  public func locatingUse<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as ArgumentError {
      let place = place(of: error.argument)
      let name = error.argument.split(separator: ".").last.map(String.init) ?? error.argument
      let isNamed = place == nil || place.map { $0.hasSuffix(name) || $0.hasSuffix(name + "s") } == true
      throw ConfigurationError(
        file: file, path: place ?? error.argument,
        message: (isNamed ? "" : "\(error.argument): ") + "expected \(error.expected), got \(error.got)")
    } catch let error as HypothesisError {
      throw ConfigurationError(file: file, path: "", message: "\(error)")
    }
  }
}
