extension ExperimentRun {
  /// Says a result in a sentence, below the tables and what is not resolved: "factorised: worst error 3e-10; zero: 6e-4".
  /// Folded at the terminal's width.
  public func conclude(_ sentence: String) { conclusions.append(sentence) }

  /// Adds the sentences to the report.
  func addConclusions() {
    for sentence in conclusions { report += sentence.folded(at: TextTable.terminalColumns) + "\n" }
    conclusions = []
  }
}

extension String {
  /// In lines of at most `width` characters, broken at spaces; those after the first stand two places in. A word that is longer
  /// has a line of its own.
  func folded(at width: Int) -> String {
    var lines = [""]
    for word in split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append("  " + word)
      }
    }
    return lines.joined(separator: "\n")
  }
}
