import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type Surroundings } from './platform/platform.module.js';

/** The features of Aftercare, on the platform. */
@Module({})
export class AppModule {
  static register(surroundings: Surroundings): DynamicModule {
    return { module: AppModule, imports: [PlatformModule.register(surroundings)] };
  }
}
