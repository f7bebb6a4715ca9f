import CLibraries

// What the keys of the rows of summary.json mean: the equation that their column names, else the line here. summary.json says it
// itself (`columns`), and the pages of the experiments have it from there (scripts/columns.py).

extension ExperimentRun {
  /// `columns` of summary.json: by table, what every key of its rows is. Keys of which nothing is known have an empty text, which the
  /// tests do not let pass.
  func columnTexts(of program: String) -> [(String, JSONValue)] {
    guard !columns.isEmpty else { return [] }
    let tables = columns.map { table, keys in
      (
        table,
        JSONValue.object(
          keys.map { key, equation in
            let text = ColumnDescriptions.text(of: key, equation, in: table, of: program)
            return (key, .string(text))
          })
      )
    }
    return [("columns", .object(tables))]
  }
}

/// What the keys of results mean.
enum ColumnDescriptions {
  /// The line on a key of a table's rows: of this program or table, then the column's equation, then of the key anywhere.
  static func text(of key: String, _ equation: String, in table: String, of program: String) -> String {
    if let own = texts["\(program): \(key)"] ?? texts["\(table).\(key)"] { return own }
    return equation.isEmpty ? texts[key] ?? numbered(key) ?? "" : equation
  }

  /// Of a key with the numbers of two species behind it, `cross-12`.
  private static func numbered(_ key: String) -> String? {
    key.wholeMatch(of: #/(\w+)-\d\d/#).flatMap { texts[String($0.1)] }
  }

  private static let texts = places.merging(figures) { first, _ in first }.merging(studies) { first, _ in
    first
  }

  /// What a row is of.
  private static let places = [
    "time": "t, as configured", "reports.time": "t, as configured",
    "point": "which point of the configuration, from 0",
    "marginal": "the counts (k, ℓ, …) of the marginal, in the order of the species",
    "order": "L of S_L and Δ_L", "dyson-trees: order": "j of D_j",
    "N": "particles in all, or of each species; null at N = ∞",
    "hbar": "ħ; null where the kernel is classical",
    "species": "the species", "dispersion: case": "which model: the first, or one of `further`",
    "closure": "the closure", "window": "which window of the configuration, from 0",
    "term": "the term of (3.5), or of the equation of one particle", "source": "what is followed",
    "from": "the stage before the arrow", "to": "the stage behind it",
    "fits.from": "where the fit begins", "fits.to": "where the fit ends",
    "reference": "what the measure is compared with", "against": "N or hbar",
    "check": "the statement", "method": "how it was computed", "sampler": "sobol or pseudorandom",
    "mode": "n of κn, an integer in d = 1", "modes": "n_max of the plane waves |n| ≤ n_max",
    "wavenumber": "k", "temperatureRatio": "T_α/T_β of the sweep over ratios; null without one",
    "root": "which root of this wave, 0 the least damped",
    "fits.root": "the root of linear theory, enclosed: omega and gamma",
    "maxima.wavenumber": "where the growth rate is largest, enclosed", "kind": "damped or growing",
    "proposition": "which proposition of the paper",
    "pair": "(1.9) of two particles of one species, L¹/(2π)², by species",
    "factorisationChecks.pair": "the two species",
    "particles": "the side of N particles: its marginal at the point",
    "limit": "what the value must not exceed", "mean-field-rate: limit": "the side of the mean field",
  ]

  /// Figures that several programs have.
  private static let figures = [
    "verdict": "holds, violated or undecided, proved or disproved; none: nothing to decide",
    "reason": "why a number is null, or a row has none", "reasons": "why the state is not physical",
    "value": "the value, its sign or phase included", "checks.value": "the worst value of all times",
    "bounds": "by bound its value, [lower, upper]; null where its hypotheses fail",
    "bound": "what the theorem allows",
    "termBounds": "the bounds of Δ_j, which D_j obeys as well",
    "partialSum": "S_L, [re, im]", "dyson-trees: partialSum": "S_{j+1} = D_0 + … + D_j, [re, im]",
    "dyson-remainder: term": "D_L, [re, im]", "exact": "μ̄_t, [re, im]",
    "certified": "exact, partialSum, term as rectangles [re−, re+, im−, im+]; remainder as [lower, upper]",
    "slope": "of a straight line through log–log values",
    "slopeError": "±, from the errors of the values and their scatter",
    "rate": "the power of ħ", "rateError": "± of the rate", "fits.rate": "γ of the fit",
    "fits.rateError": "± of γ",
    "frequency": "ω of the fit", "frequencyError": "± of ω",
    "normalisedSlope": "the slope of normalisedMax", "normalisedSlopeError": "± of it",
    "expected": "the power of the leading term",
    "max": "max |w − w_∞| over the lattice", "l2": "(Π Δξ Σ |w − w_∞|²)^½",
    "normalisedMax": "max of the marginals divided by their masses; null where there are too few particles",
    "normalisedL2": "the same in L²",
    "referenceMax": "max |w_exact|", "referenceError": "what the reference may be off by",
    "latticeError": "what the lattice is off by in the exact solution",
    "resolved": "whether every figure of resolution was within its limit",
    "standardError": "(Var Re + Var Im)^½ of the mean", "samples": "trees that were sampled",
    "reliable": "whether the error bar means something", "unreliableBecause": "why it does not",
    "treesOfLargestSize": "how many of the largest trees would make up what was seen",
    "samplesPerDigit": "samples for one digit of the term",
    "partialSumBias": "what tables and rounding may add to S_{j+1}",
    "numerator": "degree of the numerator", "denominator": "degree of the denominator",
    "disagreement": "distance to the neighbouring approximants",
    "consistent": "whether that is within the error bars",
    "resummation.value": "the Padé approximant, [re, im]",
    "resummation.partialSum": "the sum of the same terms, [re, im]",
    "difference": "|μ_N − μ_∞| at the point", "differenceError": "± of the difference",
    "parts": "what recollisions, data and kernel have of the bound", "boundSlope": "the same of the bound",
    "omega": "Re ω, [lower, upper]", "gamma": "Im ω, [lower, upper]; negative: damped",
    "omegaDigits": "the proved digits of ω", "gammaDigits": "the proved digits of γ",
    "leastDamped": "whether no root lies above it; null: not proved",
  ]

  /// Figures of single programs.
  private static let studies = [
    "state": "physical, unphysical or undecided",
    "convergence.state": "a bound of ‖ψ − Ψ‖ on these plane waves",
    "physical": "whether the state is physical",
    "maxOverAllSites": "whether `max` is over all sites, or over a sample of them",
    "highestCumulant": "the largest cumulant of rank R", "contractionDefect": "how far |w| exceeds the mass",
    "massDefect": "change of w(0,0)",
    "symmetryDefect": "how far w is from symmetric in particles of a species",
    "realityDefect": "max |w(−x) − conj w(x)|", "momentum": "total momentum, first axis",
    "vlasov-flow: momentum": "by species, by axis",
    "kineticEnergy": "kinetic energy a particle", "potentialEnergy": "potential energy a particle",
    "energy": "the sum of both",
    "correlationEnergy": "what the pairs' correlations have of the potential energy; null at rank 1",
    "momentumVector": "total momentum by axis",
    "cumulants": "the largest cumulant of every marginal of two particles and more",
    "relativeDensityMinimum": "least density of relative position and momentum; null where it is none",
    "storageShare": "what orbitals miss of the marginal, over its largest value; 0 in full storage",
    "largestRatio": "the largest |w| over its mass", "densityMinimum": "least density of one particle",
    "densityMaximum": "greatest density of one particle", "densityTail": "its highest modes",
    "pairDensityMinimum": "least density of two particles",
    "leastVariance": "least variance of a density mode",
    "weylMinimum": "least eigenvalue of the one-particle operator (Moyal kernel)",
    "orbitals": "functions that each species has now; null in full storage",
    "orbitalsWidest": "the most that a step needed so far",
    "density": "by species ρ̂_α(κn), [re, im] for every kept mode", "kinetic": "kinetic energy by species",
    "mass": "w^α(0,0) by species", "vlasov-flow: l2": "(∫∫ f_α² dq dp)^½ by species",
    "homogeneousChange": "how far the homogeneous data have changed, over n_α",
    "minimum": "least density", "maximum": "greatest density",
    "cut": "what the cut-off in ξ may change them by",
    "w1": "W₁ of the two measures", "dualGap": "its dual certificate: W₁ is that much less at most",
    "displacement": "W₁ of the reference between 0 and t", "displacementGap": "the gap of the displacement",
    "displacementError": "± of the displacement", "outside": "mass outside the histogram, of 1",
    "referenceOutside": "the same of the reference", "error": "± of the value, all causes together",
    "cross": "(1.9) of one particle of each species, L¹/(2π)²", "crossError": "± of it",
    "hartreeFockCross": "the same of the Hartree–Fock state: 0",
    "hartreeFockPair": "the same of the Hartree–Fock state: n_α ħ, by species",
    "first": "the correlation at the smallest N", "last": "at the largest N",
    "norm": "‖Ψ‖", "propagationError": "error of the propagation",
    "truncation": "what the plane waves cut off: a bound of ‖ψ − Ψ‖, ± of density modes and kinetic energies",
    "densityModes": "r_m by species, m = 0 … n_max, [re, im]",
    "naturalOccupations": "eigenvalues of γ_α, by species",
    "husimi": "m at the `husimi-points`; null: not a finite number",
    "lemma21": "mass, least and greatest value, symmetry, recursion (Lemma 2.1)",
    "lemma22": "number moments (Lemma 2.2)",
    "derivative214": "both sides of (2.14)", "lemma23": "kinetic energies and their bound (Lemma 2.3)",
    "proposition21": "moments and their bound (Proposition 2.1)",
    "hartreeFock": "distances to the Hartree–Fock companion; null: none",
    "occupation": "occupation of the outermost plane waves", "dtm": "∂_t m",
    "m": "the marginal at the point", "dmdt": "dm/dt by differences of m at neighbouring times",
    "transport": "Σ p·∇_q m",
    "divR": "∇_q·R", "force": "the classical force term", "residueForce": "∇_p·R̃, exchange included",
    "residuePair": "R̂",
    "defect": "what is left of (3.5)", "leading": "the leading term, from the first order in ħ",
    "localSlopes": "slopes between neighbouring N", "kernelError": "± of the kernel",
    "densityDistance": "max_m |r_m − r'_m| over the potentials' modes",
    "densityError": "what the plane waves of the exact state leave open of it",
    "husimiL1": "(2π)^{−1}∫|m − m'|", "husimiL1Error": "± of it", "w1Error": "± of W₁",
  ]
}
