import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  Access,
  anyStaff,
  CurrentUser,
  type StaffRole,
  type StaffUser,
} from '../../platform/auth/access.decorator.js';
import {
  simulationPageSchema,
  simulationQuerySchema,
  simulationRequestSchema,
  simulationSchema,
  simulationStartedSchema,
  type Simulation,
  type SimulationPage,
  type SimulationQuery,
  type SimulationRequest,
} from './simulations.schemas.js';
import { SimulationsService } from './simulations.service.js';

/** Who may set the time machine to work, and stop it. */
const runners: StaffRole[] = ['admin', 'marketing', 'compliance', 'retention'];

/** The time machine, for the desk. */
@ApiTags('simulations')
@Controller('staff/simulations')
export class SimulationsController {
  constructor(private readonly simulations: SimulationsService) {}

  /** Asks for a run and answers at once; a worker does it, and says how far it is. */
  @Post()
  @HttpCode(202)
  @Access(runners)
  @ApiAcceptedResponse({ standardSchema: simulationStartedSchema })
  async startSimulation(
    @Body({ schema: simulationRequestSchema }) request: SimulationRequest,
    @CurrentUser() user: StaffUser,
  ): Promise<z.infer<typeof simulationStartedSchema>> {
    return { simulationId: await this.simulations.start(request, user.userId) };
  }

  @Get()
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: simulationPageSchema })
  listSimulations(@Query({ schema: simulationQuerySchema }) query: SimulationQuery): Promise<SimulationPage> {
    return this.simulations.list(query);
  }

  @Get(':simulationId')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: simulationSchema })
  getSimulation(@Param('simulationId', { schema: z.uuid() }) simulationId: string): Promise<Simulation> {
    return this.simulations.get(simulationId);
  }

  @Post(':simulationId/cancel')
  @HttpCode(200)
  @Access(runners)
  @ApiOkResponse({ standardSchema: simulationSchema })
  cancelSimulation(@Param('simulationId', { schema: z.uuid() }) simulationId: string): Promise<Simulation> {
    return this.simulations.cancel(simulationId);
  }
}
