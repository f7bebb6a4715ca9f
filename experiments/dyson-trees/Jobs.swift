import CLibraries
import DysonSeries
import ModelConfiguration
import Studies

/// One term to be sampled, at the places of a point and a time.
struct Job {
  let sampler: DysonTrees.Sampler
  let point: Int
  let time: Int
  let order: Int
  let samples: Int
  /// Points and times are independent of one another, and of the study of convergence.
  let stream: UInt32
}

extension Settings {
  /// All terms, in the order point, time, j.
  var terms: [Job] {
    points.indices.flatMap { point in
      times.indices.flatMap { time in
        (1...orders).map { order in
          Job(
            sampler: sampler, point: point, time: time, order: order, samples: samples,
            stream: UInt32(point * times.count + time))
        }
      }
    }
  }

  /// Those of the study of convergence, at the first point and the last time, in the order sampler, j, samples.
  var measurements: [Job] {
    (convergence?.measurements ?? []).map { sampler, order, samples in
      Job(
        sampler: sampler, point: 0, time: times.count - 1, order: order, samples: samples,
        stream: UInt32.max)
    }
  }

  func trees(seed: Int) throws -> DysonTrees {
    try DysonTrees(model, initial: initial, sampler: sampler, scramblings: scramblings, seed: UInt64(seed))
  }

  func name(_ job: Job) -> String { "order \(job.order) at point \(job.point), t = \(times[job.time].text)" }

  func time(_ job: Job) -> Double? { times[job.time].value }

  /// Of all the work, for the progress line: a tree of order j takes about 22 (j + 3) ns, measured at orders 1 to 5 in d = 3.
  func share(_ jobs: [Job]) -> Double {
    jobs.reduce(0) { $0 + Double(max($1.samples, scramblings << 5)) * Double($1.order + 3) }
  }

  /// An estimate of the seconds that jobs take; every scrambling takes at least the reflections of one point.
  func work(_ jobs: [Job]) -> Double {
    jobs.reduce(0) {
      $0
        + WorkEstimate.trees(
          order: $1.order, particles: points[$1.point].count,
          samples: Double(max($1.samples, scramblings << 5)))
    }
  }
}
