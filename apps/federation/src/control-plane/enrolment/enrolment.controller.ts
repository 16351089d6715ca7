import { ENROL_REQUEST, type EnrolAnswer } from '#libs/contract';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { EnrolmentService } from './enrolment.service.js';
import { JoinTokenRoute } from './join-token-route.decorator.js';
import { readMessage } from './read-message.js';

@ApiExcludeController()
@Controller('internal/v1/enrol')
export class EnrolmentController {
  constructor(private readonly enrolment: EnrolmentService) {}

  @Post()
  @HttpCode(200)
  @JoinTokenRoute()
  enrol(@Body() body: unknown): Promise<EnrolAnswer> {
    return this.enrolment.enrol(readMessage(ENROL_REQUEST, body));
  }
}
