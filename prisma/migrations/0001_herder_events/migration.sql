CREATE TABLE "herder_event" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "epoch" TEXT NOT NULL,
  "sequence" INTEGER NOT NULL,
  "at" BIGINT NOT NULL,
  "kind" TEXT NOT NULL,
  "connector" TEXT,
  "task" INTEGER,
  "state" TEXT,
  "payload" TEXT NOT NULL
);

CREATE UNIQUE INDEX "herder_event_epoch_sequence" ON "herder_event" ("epoch", "sequence");
CREATE INDEX "herder_event_connector" ON "herder_event" ("connector", "id");
CREATE INDEX "herder_event_at" ON "herder_event" ("at");
