import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { AccessGuard } from './access.guard.js';
import { MemberSessionsRepository } from './member-sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SignInAttemptsRepository } from './sign-in-attempts.repository.js';
import { signInLimits } from './sign-in.throttle.js';
import { StaffAuthRepository } from './staff-auth.repository.js';
import { StaffSessionsService } from './staff-sessions.service.js';

/** Counts sign-ins where the throttle looks for it. */
@Module({ providers: [SignInAttemptsRepository], exports: [SignInAttemptsRepository] })
class SignInAttemptsModule {}

/** Who is calling, and whether they may. */
@Global()
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [SignInAttemptsModule],
      inject: [SignInAttemptsRepository],
      useFactory: (storage: SignInAttemptsRepository) => ({ throttlers: signInLimits, storage }),
    }),
  ],
  providers: [
    MemberSessionsRepository,
    SessionsService,
    StaffAuthRepository,
    StaffSessionsService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [SessionsService, StaffSessionsService, ThrottlerModule],
})
export class AuthModule {}
