import { Module } from '@nestjs/common';
import { TrackedLinksService } from './tracked-links.service.js';

/** What readers do with our letters, and what came of it, as far as that is any of our business. */
@Module({
  providers: [TrackedLinksService],
  exports: [TrackedLinksService],
})
export class TrackingModule {}
