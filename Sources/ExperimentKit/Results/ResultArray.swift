import CLibraries

/// One array of data.h5 with its axes: what a column of a table becomes, or what an experiment adds by itself.
struct ResultArray {
  let name: String
  let values: [Double]
  let axes: [ResultAxis]
  let equation: String
  let unit: String
}

extension ExperimentRun {
  /// Adds a row-major array to data.h5.
  /// - Parameters:
  ///   - name: its path, "flow/density".
  ///   - axes: as many places as there are numbers, together.
  ///   - equation: the formula or its label in the paper.
  ///   - unit: in the paper's scaling, "1" for a pure number.
  public func addArray(
    _ name: String, _ values: [Double], axes: [ResultAxis], equation: String = "", unit: String = "1"
  ) {
    precondition(values.count == axes.places, "\(name) has as many numbers as its axes have places")
    add(ResultArray(name: name, values: values, axes: axes, equation: equation, unit: unit))
  }
}

extension HDF5File {
  /// Writes the arrays with their axes as dimension scales, which lie in the group of each array under the axis's name: one
  /// scale for all arrays of the group that have this axis. Two axes of one name and other labels are told apart by a
  /// number, "time", "time-2".
  func write(_ arrays: [ResultArray]) throws(HDF5Error) {
    var scales: [String: ResultAxis] = [:]
    for array in arrays {
      try write(array.values, shape: array.axes.map(\.count), at: array.name)
      try setAttribute("axes", of: array.name, to: array.axes.text)
      try setAttribute("equation", of: array.name, to: array.equation)
      try setAttribute("units", of: array.name, to: array.unit)
    }
    let taken = Set(arrays.map(\.name))
    for array in arrays {
      let group = array.name.split(separator: "/").dropLast().map { $0 + "/" }.joined()
      for (dimension, axis) in array.axes.enumerated() {
        var number = 1
        var path = group + axis.name
        while taken.contains(path) || scales[path].map({ $0 != axis }) ?? false {
          number += 1
          path = group + "\(axis.name)-\(number)"
        }
        if scales[path] == nil {
          try write(axis, at: path)
          scales[path] = axis
        }
        try attach(scale: path, toDimension: dimension, of: array.name)
      }
    }
  }

  private func write(_ axis: ResultAxis, at path: String) throws(HDF5Error) {
    switch axis.labels {
    case .numbers(let values, let unit):
      try write(values, shape: [values.count], at: path)
      try setAttribute("units", of: path, to: unit)
    case .integers(let values): try writeIntegers(values, shape: [values.count], at: path)
    case .texts(let values): try writeTexts(values, at: path)
    }
    try makeScale(path, name: path.split(separator: "/").last.map(String.init) ?? path)
  }
}
