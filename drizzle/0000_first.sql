CREATE TABLE "findings" (
	"scan_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"finding_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"cwe" text,
	"title" text NOT NULL,
	"severity" text NOT NULL,
	"confidence" double precision,
	"path" text NOT NULL,
	"start_line" bigint NOT NULL,
	"end_line" bigint NOT NULL,
	"state" text NOT NULL,
	"suppressed_by" text,
	"votes_for" integer NOT NULL,
	"votes_of" integer NOT NULL,
	CONSTRAINT "findings_scan_id_position_pk" PRIMARY KEY("scan_id","position")
);
--> statement-breakpoint
CREATE TABLE "model_executions" (
	"scan_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"model_id" text NOT NULL,
	"role" text NOT NULL,
	"chunk_id" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"claims" integer NOT NULL,
	"cached" boolean DEFAULT false NOT NULL,
	"tokens_in" double precision,
	"tokens_out" double precision,
	"cost_usd" double precision,
	"latency_ms" double precision,
	CONSTRAINT "model_executions_scan_id_position_pk" PRIMARY KEY("scan_id","position")
);
--> statement-breakpoint
CREATE TABLE "publications" (
	"scan_id" uuid NOT NULL,
	"key" text NOT NULL,
	"remote_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "publications_scan_id_key_pk" PRIMARY KEY("scan_id","key")
);
--> statement-breakpoint
CREATE TABLE "repositories" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"name" text NOT NULL,
	"installation_id" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "repositories_owner_name" UNIQUE("owner","name")
);
--> statement-breakpoint
CREATE TABLE "scan_files" (
	"scan_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"path" text NOT NULL,
	"hunks" integer NOT NULL,
	"reviewed" integer NOT NULL,
	"partial" integer NOT NULL,
	"uncovered" integer NOT NULL,
	"skipped" integer NOT NULL,
	"not_applicable" integer NOT NULL,
	CONSTRAINT "scan_files_scan_id_position_pk" PRIMARY KEY("scan_id","position")
);
--> statement-breakpoint
CREATE TABLE "scans" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"repository_id" bigint NOT NULL,
	"pull_number" integer NOT NULL,
	"head_sha" text NOT NULL,
	"base_sha" text NOT NULL,
	"attempt" integer NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_expires_at" timestamp with time zone,
	"due_at" timestamp with time zone NOT NULL,
	"conclusion" text,
	"reason" text,
	"result" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "scans_one_per_head" UNIQUE("repository_id","pull_number","head_sha","base_sha","attempt")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"guid" text PRIMARY KEY NOT NULL,
	"event" text NOT NULL,
	"action" text,
	"scan_id" uuid,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "findings" ADD CONSTRAINT "findings_scan_id_scans_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."scans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_executions" ADD CONSTRAINT "model_executions_scan_id_scans_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."scans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publications" ADD CONSTRAINT "publications_scan_id_scans_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."scans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scan_files" ADD CONSTRAINT "scan_files_scan_id_scans_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."scans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scans" ADD CONSTRAINT "scans_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_scan_id_scans_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."scans"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "scans_open" ON "scans" USING btree ("due_at") WHERE status in ('queued', 'running');