export { mostDays } from './simulations.schemas.js';
export type { SimulationProgress, SimulationRequest, SimulationResult } from './simulations.schemas.js';
