"""From rows of terms, as SQL has them, to the matrices of a fit, and from its result to rows of parameters."""

from dataclasses import dataclass

import numpy as np

from response_model.fitting import CRITICAL_VALUE, Response, Units

INTERCEPT = "(intercept)"


@dataclass(frozen=True)
class Table:
    units: Units
    channels: list[str]
    controls: list[str]


def units_of(found: dict[str, np.ndarray]) -> Table:
    """found has a row per unit and term, sorted by unit, and one with the intercept for each unit."""
    is_unit = found["term"] == INTERCEPT
    names = found["step"].astype(str) + np.array("|") + found["unit_id"].astype(str)
    unit_names = names[is_unit]
    unit = np.searchsorted(np.sort(unit_names), names)
    order = np.argsort(unit_names, kind="stable")
    is_channel = found["is_channel"].astype(bool)

    def matrix(is_used: np.ndarray) -> tuple[np.ndarray, list[str]]:
        terms, term = np.unique(found["term"][is_used].astype(str), return_inverse=True)
        values = np.zeros((len(unit_names), len(terms)))
        values[unit[is_used], term] = found["value"][is_used]
        return values, [str(name) for name in terms]

    exposures, channels = matrix(is_channel)
    controls, control_names = matrix(~is_channel & ~is_unit)
    units = Units(
        steps=found["step"][is_unit].astype(str)[order],
        is_reached=found["is_reached"][is_unit].astype(bool)[order],
        folds=found["fold"][is_unit][order],
        exposures=exposures,
        controls=controls,
    )
    return Table(units=units, channels=channels, controls=control_names)


def rows_of(table: Table, response: Response) -> dict[str, np.ndarray]:
    """Replicate 0 is the estimate. Without a measurable effect, channels have no effect."""
    steps, channels, controls = response.step_names, table.channels, table.controls
    names = [(step, INTERCEPT, False) for step in steps]
    names += [(step, control, False) for step in steps for control in controls]
    names += [(step, channel, True) for step in steps for channel in channels]
    estimates = np.concatenate(
        [response.intercepts, response.controls.ravel(), response.effects.ravel()]
    )
    errors = np.concatenate(
        [np.full(len(names) - response.effects.size, np.nan), response.standard_errors.ravel()]
    )
    values = np.column_stack([estimates, response.draws])
    is_channel = np.array([channel for _, _, channel in names])
    if not response.is_measurable:
        values[is_channel] = 0.0
        errors[is_channel] = np.nan
    count = values.shape[1]
    return {
        "step": np.repeat([step for step, _, _ in names], count),
        "term": np.repeat([term for _, term, _ in names], count),
        "is_channel": np.repeat(is_channel, count),
        "replicate": np.tile(np.arange(count, dtype=np.int32), len(names)),
        # Rounded so that what is computed from it is the same on every engine and machine.
        "estimate": np.array([float(f"{value:.12g}") for value in values.ravel()]),
        "standard_error": np.repeat(errors, count),
        "message": np.repeat([message_of(response)], count * len(names)),
    }


def message_of(response: Response) -> str:
    held_out = (
        f"held-out log loss {response.gain:.1f} better with touches than without,"
        f" {CRITICAL_VALUE:.1f} required; penalty {response.penalty:g}"
    )
    if not response.is_converged:
        return "no measurable effect: the fit did not converge"
    if not response.is_measurable:
        return f"no measurable effect: {held_out}"
    return f"fitted: {held_out}"
