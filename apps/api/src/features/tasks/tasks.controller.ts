import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, anyStaff, CurrentUser, type StaffUser } from '../../platform/auth/access.decorator.js';
import type { Page } from '../../platform/http/cursor.js';
import {
  closeTaskSchema,
  taskPageSchema,
  taskQuerySchema,
  taskSchema,
  type CloseTask,
  type StaffTask,
  type TaskQuery,
} from './tasks.schemas.js';
import { TasksService } from './tasks.service.js';

/** The desk's list of things to do. */
@ApiTags('tasks')
@Controller('staff/tasks')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  @Get()
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: taskPageSchema })
  listTasks(@Query({ schema: taskQuerySchema }) query: TaskQuery): Promise<Page<StaffTask>> {
    return this.tasks.list(query);
  }

  @Post(':taskId/close')
  @HttpCode(200)
  @Access(['retention', 'service', 'admin'])
  @ApiOkResponse({ standardSchema: taskSchema })
  closeTask(
    @Param('taskId', { schema: z.uuid() }) taskId: string,
    @Body({ schema: closeTaskSchema }) closing: CloseTask,
    @CurrentUser() by: StaffUser,
  ): Promise<StaffTask> {
    return this.tasks.close(taskId, closing, by);
  }
}
