CREATE TABLE "finding_states" (
	"repository_id" bigint NOT NULL,
	"pull_number" integer NOT NULL,
	"fingerprint" text NOT NULL,
	"finding_id" text NOT NULL,
	"cwe" text,
	"title" text NOT NULL,
	"severity" text NOT NULL,
	"path" text NOT NULL,
	"start_line" bigint NOT NULL,
	"end_line" bigint NOT NULL,
	"evidence" jsonb NOT NULL,
	"state" text NOT NULL,
	"models" jsonb NOT NULL,
	"first_scan_id" uuid,
	"last_scan_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "finding_states_repository_id_pull_number_fingerprint_pk" PRIMARY KEY("repository_id","pull_number","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "github_writes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"repository_id" bigint NOT NULL,
	"pull_number" integer,
	"fingerprint" text NOT NULL,
	"cwe" text,
	"path" jsonb NOT NULL,
	"evidence" jsonb NOT NULL,
	"reason" jsonb NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoked_by" text
);
--> statement-breakpoint
CREATE TABLE "pull_requests" (
	"repository_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"paused_by" text,
	"paused_at" timestamp with time zone,
	CONSTRAINT "pull_requests_repository_id_number_pk" PRIMARY KEY("repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"repository_id" bigint NOT NULL,
	"pull_number" integer NOT NULL,
	"payload" jsonb NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_expires_at" timestamp with time zone,
	"due_at" timestamp with time zone NOT NULL,
	"reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "publications" ALTER COLUMN "remote_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "publications" ADD COLUMN "begun_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scans" ADD COLUMN "passed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scans" ADD COLUMN "settled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "finding_states" ADD CONSTRAINT "finding_states_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "finding_states" ADD CONSTRAINT "finding_states_first_scan_id_scans_id_fk" FOREIGN KEY ("first_scan_id") REFERENCES "public"."scans"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "finding_states" ADD CONSTRAINT "finding_states_last_scan_id_scans_id_fk" FOREIGN KEY ("last_scan_id") REFERENCES "public"."scans"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "policies" ADD CONSTRAINT "policies_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "github_writes_installation_at" ON "github_writes" USING btree ("installation_id","at");--> statement-breakpoint
CREATE INDEX "policies_in_force" ON "policies" USING btree ("repository_id","fingerprint") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "tasks_open" ON "tasks" USING btree ("due_at") WHERE status in ('queued', 'running');