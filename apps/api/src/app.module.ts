import { Module, type DynamicModule } from '@nestjs/common';
import { AccountsModule } from './features/accounts/accounts.module.js';
import { ConsentsModule } from './features/consents/consents.module.js';
import { AuthModule } from './platform/auth/auth.module.js';
import { PlatformModule, type Surroundings } from './platform/platform.module.js';

/** The features of Aftercare, on the platform. */
@Module({})
export class AppModule {
  static register(surroundings: Surroundings): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.register(surroundings), AuthModule, AccountsModule, ConsentsModule],
    };
  }
}
