/** The most days that one run looks at. */
export const mostDays = 400;

export type { SimulationProgress, SimulationRequest, SimulationResult } from './simulations.schemas.js';
