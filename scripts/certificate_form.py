"""What a certificate must look like before anything is computed: every key known, every claim there once, every ball a ball."""

import math

SHAPES = {
    "": {"format", "version", "model", "initial", "orders", "times", "points", "claims"},
    "model": {"length", "species", "potentials"},
    "species": {"name", "fraction", "mass"},
    "potential": {"between", "modes"},
    "mode": {"m", "coefficient"},
    "component": {"weight", "states"},
    "stream": {"weight", "sigma", "drift", "waves"},
    "wave": {"m", "amplitude", "phase"},
    "point": {"particles"},
    "particle": {"species", "xi", "mode"},
    "claim": {"point", "time", "terms", "exact", "tail", "remainders", "bounds", "verdicts"},
}
VERDICTS = {"proved", "disproved", "holds", "undecided", "violated", "none"}


def _keys(entry, shape, where):
    if set(entry) != SHAPES[shape]:
        raise ValueError(f"{where}: expected the keys {', '.join(sorted(SHAPES[shape]))}, got {', '.join(sorted(entry))}")


def _number(text, where):
    if not isinstance(text, str) or not math.isfinite(float(text)):
        raise ValueError(f"{where}: expected a decimal, got {text!r}")


def _ball(pair, where):
    if len(pair) != 2:
        raise ValueError(f"{where}: expected [middle, radius], got {pair!r}")
    for text in pair:
        _number(text, where)
    if not float(pair[1]) >= 0:
        raise ValueError(f"{where}: expected a radius of 0 or more, got {pair[1]}")


def _index(value, count, where):
    if not isinstance(value, int) or not 0 <= value < count:
        raise ValueError(f"{where}: expected an index below {count}, got {value!r}")


def well_formed(c):
    """Raises ValueError with the place that is at fault."""
    _keys(c, "", "the certificate")
    _keys(c["model"], "model", "model")
    species = c["model"]["species"]
    _number(c["model"]["length"], "model.length")
    for entry in species:
        _keys(entry, "species", "species")
        for key in ("fraction", "mass"):
            _number(entry[key], f"species.{key}")
    seen = set()
    for potential in c["model"]["potentials"]:
        _keys(potential, "potential", "potentials")
        for index in potential["between"]:
            _index(index, len(species), "potentials.between")
        for mode in potential["modes"]:
            _keys(mode, "mode", "potentials.modes")
            _ball(mode["coefficient"], "potentials.modes.coefficient")
            place = (min(potential["between"]), max(potential["between"]), mode["m"])
            if not isinstance(mode["m"], int) or mode["m"] < 1 or place in seen:
                raise ValueError(f"potentials.modes.m: expected every mode m > 0 of a pair once, got {mode['m']} of {place[:2]}")
            seen.add(place)
    for component in c["initial"]:
        _keys(component, "component", "initial")
        _number(component["weight"], "initial.weight")
        if len(component["states"]) != len(species):
            raise ValueError("initial.states: expected one for each species")
        for stream in (stream for state in component["states"] for stream in state):
            _keys(stream, "stream", "initial.states")
            for key in ("weight", "sigma", "drift"):
                _number(stream[key], f"initial.states.{key}")
            for wave in stream["waves"]:
                _keys(wave, "wave", "initial.states.waves")
                for key in ("amplitude", "phase"):
                    _number(wave[key], f"initial.states.waves.{key}")
    for point in c["points"]:
        _keys(point, "point", "points")
        for particle in point["particles"]:
            _keys(particle, "particle", "points.particles")
            _index(particle["species"], len(species), "points.particles.species")
            _number(particle["xi"], "points.particles.xi")
    claims = [(claim.get("point"), claim.get("time")) for claim in c["claims"]]
    if sorted(claims) != sorted((point, time) for point in range(len(c["points"])) for time in c["times"]):
        raise ValueError("claims: expected one for every point and time, and no other")
    names = {name for claim in c["claims"] for row in claim["bounds"] for name in row}
    for claim in c["claims"]:
        where = f"claim of point {claim['point']}, t = {claim['time']}"
        _keys(claim, "claim", where)
        for part in [*claim["exact"], *(part for term in claim["terms"] for part in term)]:
            _ball(part, where)
        for row in claim["bounds"]:
            if set(row) != names:
                raise ValueError(f"{where}: expected the same bounds in every row")
        for verdict in claim["verdicts"]:
            if verdict not in VERDICTS:
                raise ValueError(f"{where}: expected a verdict, got {verdict!r}")
