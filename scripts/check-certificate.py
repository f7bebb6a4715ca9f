#!/usr/bin/env python3
"""Re-proves rows of a certificate of dyson-remainder from the configuration inside it, in ball arithmetic of its own
(Papers/certified-remainder.md). Exit 0: re-proved; 1: the first contradiction; 64: bad input."""

import argparse
import json
import math
import sys

try:
    from flint import acb, arb, ctx

    from certificate_bounds import UP, Model, ball, bounds, top, wide
    from certificate_form import well_formed
    from certificate_terms import Terms
except ImportError:
    print("check-certificate.py needs python-flint: pip install python-flint (scripts/setup has it in .venv)", file=sys.stderr)
    sys.exit(64)

# Orders of the bounds beyond those of the certificate.
SPARE = 24


class Contradiction(Exception):
    pass


def text(x):
    return x.str(24, radius=True)


def size(z):
    """[lower, upper] of |z|, as floats."""
    x, ulp = abs(z), 3e-16
    return [float(x.abs_lower()) * (1 - ulp), float(x.abs_upper()) * (1 + ulp)]


def claimed(pair):
    return acb(ball(pair[0]), ball(pair[1]))


def require(is_so, where, message):
    if not is_so:
        raise Contradiction(f"{where}: {message}")


def check(certificate, points, times, J):
    M, L = Model(certificate), certificate["orders"]
    chosen = [certificate["points"][i] for i in points]
    claims = {(c["point"], c["time"]): c for c in certificate["claims"]}
    parts = [(w, Terms(M, states, J, chosen, times)) for w, states in M.data]
    done, now, least = {"terms": 0, "exact": 0, "alone": 0, "given": 0, "consistent": 0, "width": 0.0}, arb(0), 0.0
    for time in times:
        t = arb(time)
        for _, part in parts:
            pieces = max(1, math.ceil(float(t - now) / part.panel)) if t != now else 0
            for i in range(pieces):
                part.advance(now + (t - now) * i / pieces, now + (t - now) * (i + 1) / pieces)
        now = t
        values = [part.values(t) for _, part in parts]
        for k, index in enumerate(points):
            own = [sum((w * v[k][j] for (w, _), v in zip(parts, values)), acb(0)) for j in range(J + 1)]
            claim = claims.get((index, time))
            require(claim is not None, f"point {index}, t = {time}", "nothing is claimed")
            check_claim(M, claim, own, chosen[k], t, J, L, f"point {index}, t = {time}", done)
            least = max(least, max(top(arb(z.real.rad())) for z in own))
    return done, least


def check_claim(M, claim, own, point, t, J, L, where, done):
    terms, exact = [claimed(x) for x in claim["terms"]], claimed(claim["exact"])
    require(len(terms) == L + 1 and all(len(claim[x]) == L for x in ("remainders", "bounds", "verdicts")), where,
            f"not {L + 1} terms and {L} rows")
    for j, (x, y) in enumerate(zip(own, terms)):
        require(x.overlaps(y), where, f"D_{j} is in {text(x)}, claimed {text(y)}")
        done["terms"] += 1
    own_bounds, leaves, series_tail = bounds(M, point, t, L + SPARE)
    # The data-aware bound with the tail 0: what it is at least; with the best of the tails: what it is at most.
    unions = own_bounds.get("multi-type")
    chain = []
    for rest in (arb(0), series_tail):
        values = [rest]
        for j in reversed(range(1, L + SPARE + 1)):
            rest = leaves[j] + rest
            rest = min(rest, unions[j - 1], key=float) if unions else rest
            values.append(rest)
        chain.append(values[::-1])
    tail = claim["tail"]
    own_tail = min([top(x[J]) for x in own_bounds.values()] + [top(chain[1][J])])  # of Delta_{J+1}
    if tail:
        B, name, order = float(tail["bound"]), tail["name"], tail["order"]
        require(order == L + 1, where, f"the tail is of order {order}")
        check_bound(name, B, order, own_bounds, chain, f"{where}, tail")
        require(wide(sum(terms, acb(0)), B).overlaps(exact), where, "the solution is not the sum of its terms and the tail")
    if math.isfinite(own_tail):
        x = wide(sum(own, acb(0)), own_tail)
        require(x.overlaps(exact), where, f"the solution is in {text(x)}, claimed {text(exact)}")
        done["exact"], done["width"] = done["exact"] + 1, max(done["width"], own_tail)
    for order in range(1, L + 1):
        row = f"{where}, L = {order}"
        low, high = (float(x) for x in claim["remainders"][order - 1])
        require(low <= high, row, "a remainder from above to below")
        for name, value in claim["bounds"][order - 1].items():
            if value is not None:
                check_bound(name, float(value), order, own_bounds, chain, row)
        routes = [exact - sum(terms[:order], acb(0))] + ([wide(sum(terms[order:], acb(0)), B)] if tail else [])
        compare(routes, low, high, row, "the claimed terms and solution", True)
        level = [float(x) for x in claim["bounds"][order - 1].values() if x is not None]
        verdict, follows = claim["verdicts"][order - 1], bool(level) and high <= min(level, default=0)
        require((verdict == "proved") == follows, row, f"'{verdict}', but |Delta| <= {high} and the least bound is {min(level, default=None)}")
        require(verdict != "disproved" or (level and low > min(level)), row, f"'disproved', but |Delta| may be {low}")
        done["consistent"] += 1
        if order <= J + 1:
            upper = compare([exact - sum(own[:order], acb(0))], low, high, row, "own terms", False)
            done["given"] += bool(follows and upper <= min(level))
            if math.isfinite(own_tail):
                upper = compare([wide(sum(own[order:], acb(0)), own_tail)], low, high, row, "own terms and tail", False)
                done["alone"] += bool(follows and upper <= min(level))


def compare(routes, low, high, row, what, is_same):
    """The claimed [low, high] of |Delta| and what follows; the upper end of this."""
    ends = [size(z) for z in routes]
    lower, upper = max(e[0] for e in ends), min(e[1] for e in ends)
    require(lower <= high and low <= upper, row, f"|Delta| is in [{lower}, {upper}] by {what}, claimed [{low}, {high}]")
    if is_same:
        slack = 0.1 * (upper - lower) + 1e-15 * upper
        require(abs(high - upper) <= slack and abs(low - lower) <= slack, row,
                f"|Delta| is in [{lower}, {upper}] by {what}, claimed [{low}, {high}]")
    return upper


def check_bound(name, value, order, own, chain, row):
    """The claimed lower or upper end of a bound of |Delta_order|."""
    if name == "data-aware":
        least, most = float(chain[0][order - 1]), float(chain[1][order - 1])
        # Its tail may be rough, that is 30 times what it stands for; nothing is said of it where its series hardly converges.
        rest, last = (float(chain[0][-1 - i]) for i in (1, 9))
        slack = 30 * float(chain[0][-SPARE + 5]) / least if rest < 1e-6 * last else math.inf
        require(value >= least * (1 - 1e-12) and value <= max(most, least * (1 + slack)) * (1 + 1e-12), row,
                f"the bound '{name}' of order {order} is at least {least}, claimed {value}")
        return
    require(name in own, row, f"the bound '{name}' does not apply")
    x = float(own[name][order - 1])
    require(abs(value - x) <= 1e-12 * x, row, f"the bound '{name}' of order {order} is {x}, claimed {value}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("certificate")
    parser.add_argument("--point", type=int, help="this point only")
    parser.add_argument("--time", help="this time only, as it is written")
    parser.add_argument("--order", type=int, help="the terms D_0 ... D_ORDER (default 3, or all)")
    parser.add_argument("--all", action="store_true", help="all orders: minutes")
    parser.error = lambda message: bad(message)
    options = parser.parse_args()
    ctx.prec = 128
    try:
        with open(options.certificate) as file:
            c = json.load(file)
        if c["format"] != "vlasov-hierarchy certificate 1":
            bad(f"format: expected 'vlasov-hierarchy certificate 1', got {c['format']!r}")
        well_formed(c)
        points = range(len(c["points"])) if options.point is None else [options.point]
        times = c["times"] if options.time is None else [options.time]
        if not set(points) <= set(range(len(c["points"]))) or not set(times) <= set(c["times"]):
            bad(f"expected a point from 0 to {len(c['points']) - 1} and a time of {', '.join(c['times'])}")
        J = min(c["orders"], c["orders"] if options.all else 3 if options.order is None else options.order)
        if J < 0:
            bad("--order: expected 0 or more")
        done, radius = check(c, points, times, J)
    except Contradiction as contradiction:
        print(contradiction)
        return 1
    except KeyError as error:
        bad(f"{options.certificate}: expected the key {error}")
    except (OSError, ValueError, TypeError, IndexError, AttributeError) as error:
        bad(f"{options.certificate}: {type(error).__name__}: {error}")
    rows = len(points) * len(times)
    print(f"Re-proved from the configuration alone, at {rows} points and times: D_0 ... D_{J} to {radius:.0e}; the solution at {done['exact']} of them, "
          f"by its series, to {done['width']:.0e}; the bounds; 'proved' of {done['alone']} rows.\n"
          f"Taken from the certificate: the solution, with which 'proved' follows of {done['given']} rows from the terms above; the terms beyond.\n"
          f"Consistent with each other: terms, solution, remainders and verdicts of {done['consistent']} rows.")
    return 0


def bad(message):
    print(f"check-certificate.py: {message}", file=sys.stderr)
    sys.exit(64)


if __name__ == "__main__":
    sys.exit(main())
