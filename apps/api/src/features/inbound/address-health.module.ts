import { Module } from '@nestjs/common';
import { AddressHealthRepository } from './address-health.repository.js';
import { AddressHealthService } from './address-health.service.js';

/** The row of soft bounces of each address. Apart from the rest of what comes in, for dispatch counts as well. */
@Module({
  providers: [AddressHealthRepository, AddressHealthService],
  exports: [AddressHealthRepository, AddressHealthService],
})
export class AddressHealthModule {}
