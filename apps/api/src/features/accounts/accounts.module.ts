import { Module } from '@nestjs/common';
import { BookModule } from '../book/book.module.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { MemberSignInController } from './member-sign-in.controller.js';
import { SessionController } from './session.controller.js';
import { SignInLinksRepository } from './sign-in-links.repository.js';
import { SignInLinksService } from './sign-in-links.service.js';
import { SignInMailJob } from './sign-in-mail.job.js';
import { SignInMailService } from './sign-in-mail.service.js';
import { StaffSignInController } from './staff-sign-in.controller.js';

/** Staff accounts, and how members and staff sign in. */
@Module({
  imports: [BookModule],
  controllers: [SessionController, MemberSignInController, StaffSignInController],
  providers: [
    AccountsRepository,
    AccountsService,
    SignInLinksRepository,
    SignInLinksService,
    SignInMailJob,
    SignInMailService,
  ],
  exports: [AccountsService],
})
export class AccountsModule {}
