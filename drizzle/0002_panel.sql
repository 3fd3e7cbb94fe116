CREATE TABLE "candidates" (
	"scan_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"model_id" text NOT NULL,
	"role" text NOT NULL,
	"path" text NOT NULL,
	"start_line" double precision,
	"end_line" double precision,
	"cwe" text,
	"severity" text NOT NULL,
	"confidence" double precision,
	"anchored_by" text,
	"fingerprint" text,
	CONSTRAINT "candidates_scan_id_position_pk" PRIMARY KEY("scan_id","position")
);
--> statement-breakpoint
CREATE TABLE "consensus_pipelines" (
	"name" text PRIMARY KEY NOT NULL,
	"description" jsonb NOT NULL,
	"steps" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feedback" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"repository_id" bigint,
	"fingerprint" text NOT NULL,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"cwe" text,
	"language" text,
	"models" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spending" (
	"scan_id" uuid PRIMARY KEY NOT NULL,
	"repository_id" bigint,
	"month" text NOT NULL,
	"usd" double precision NOT NULL
);
--> statement-breakpoint
ALTER TABLE "scans" ALTER COLUMN "repository_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "scans" ALTER COLUMN "pull_number" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "scans" ALTER COLUMN "head_sha" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "scans" ALTER COLUMN "base_sha" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "scans" ADD COLUMN "record" jsonb;--> statement-breakpoint
ALTER TABLE "scans" ADD COLUMN "recorded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "candidates" ADD CONSTRAINT "candidates_scan_id_scans_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."scans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spending" ADD CONSTRAINT "spending_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "candidates_model_id" ON "candidates" USING btree ("model_id");--> statement-breakpoint
CREATE INDEX "feedback_fingerprint" ON "feedback" USING btree ("fingerprint");--> statement-breakpoint
CREATE INDEX "spending_repository_month" ON "spending" USING btree ("repository_id","month");--> statement-breakpoint
CREATE INDEX "scans_recorded" ON "scans" USING btree ("recorded_at") WHERE record is not null;