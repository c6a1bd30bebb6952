import { Module } from '@nestjs/common';
import { BookImportService } from './book-import.service.js';
import { CustomerMergeRepository } from './customer-merge.repository.js';
import { EventMergeRepository } from './event-merge.repository.js';
import { EventsRepository } from './events.repository.js';
import { EventsService } from './events.service.js';
import { PolicyClocksRepository } from './policy-clocks.repository.js';
import { ImportStageRepository } from './import-stage.repository.js';
import { ImportsController } from './imports.controller.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import { InstalmentMergeRepository } from './instalment-merge.repository.js';
import { PolicyMergeRepository } from './policy-merge.repository.js';
import { SampleBookService } from './sample-book.service.js';

/** The book of business: customers, policies, what they owe, and how they got here. */
@Module({
  controllers: [ImportsController],
  providers: [
    BookImportService,
    ImportsService,
    SampleBookService,
    ImportsRepository,
    ImportStageRepository,
    CustomerMergeRepository,
    PolicyMergeRepository,
    InstalmentMergeRepository,
    EventMergeRepository,
    EventsService,
    EventsRepository,
    PolicyClocksRepository,
  ],
  exports: [BookImportService, EventsService, ImportsService, SampleBookService],
})
export class BookModule {}
