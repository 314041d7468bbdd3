/* A Bragg curve: runs a job that is made here, and prints the depth dose.
 *
 *     cc bragg.c $(pkg-config --cflags --libs ionfarm) -o bragg
 *     ./bragg DIRECTORY [OPTION=VALUE...]       options of `ionfarm run`: histories=1e5 workers=2
 */
#include <ionfarm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char job[] =
    "histories: 1e5\n"
    "beam:\n"
    "  ion: proton\n"
    "  energy: 150 MeV\n"
    "  energy_spread: 0.5 %\n"
    "  spot_size: 4 mm\n"
    "phantom:\n"
    "  material: water\n"
    "  size: [10 cm, 10 cm, 20 cm]\n"
    "scoring:\n"
    "  voxel: [5 mm, 5 mm, 1 mm]\n";

static void
fail(struct ionfarm_error *error)
{
	fprintf(stderr, "%sbragg: %s\n", ionfarm_error_details(error), ionfarm_error_text(error));
	exit(ionfarm_error_status(error));
}

/* What goes wrong on the way, and does not end the run. */
static void
say(void *ctx, enum ionfarm_text kind, const char *text)
{
	(void)ctx;
	if (kind == IONFARM_WARNING)
		fprintf(stderr, "bragg: %s\n", text);
}

static struct ionfarm_options *
read_options(int argc, char **argv)
{
	struct ionfarm_options *options = ionfarm_options_new();
	struct ionfarm_error *error;

	if (options == NULL)
		fail(NULL);
	for (int i = 0; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value != NULL)
			*value++ = '\0';
		if (ionfarm_options_set(options, argv[i], value, &error) != 0)
			fail(error);
	}
	ionfarm_options_listen(options, NULL, say, NULL);
	return options;
}

static void
run(const char *directory, const struct ionfarm_options *options)
{
	struct ionfarm_error *error;
	struct ionfarm_plan *plan = ionfarm_plan_parse(job, strlen(job), NULL, &error);

	if (plan == NULL || ionfarm_run(plan, directory, options, &error) < 0)
		fail(error);
	ionfarm_plan_free(plan);
}

/* A column of depth.csv, to be freed. */
static double *
column(const struct ionfarm_result *result, const char *name)
{
	size_t n = (size_t)ionfarm_result_grid(result)->n[2];
	double *values = malloc(n * sizeof *values);
	struct ionfarm_error *error = NULL;

	if (values == NULL || ionfarm_result_depth(result, name, values, n, &error) != 0)
		fail(error);
	return values;
}

static void
print(const char *directory)
{
	struct ionfarm_error *error;
	struct ionfarm_result *result = ionfarm_result_read(directory, &error);
	double *depth, *dose, *dose_error;

	if (result == NULL)
		fail(error);
	depth = column(result, "depth_mm");
	dose = column(result, "idd_MeV_cm2_g");
	dose_error = column(result, "idd_error_MeV_cm2_g");
	printf("depth_mm,idd_MeV_cm2_g,idd_error_MeV_cm2_g\n");
	for (int i = 0; i < ionfarm_result_grid(result)->n[2]; i++)
		printf("%.9g,%.9g,%.9g\n", depth[i], dose[i], dose_error[i]);
	free(depth);
	free(dose);
	free(dose_error);
	ionfarm_result_free(result);
}

int
main(int argc, char **argv)
{
	struct ionfarm_options *options;

	if (argc < 2) {
		fprintf(stderr, "usage: bragg DIRECTORY [OPTION=VALUE...]\n");
		return 2;
	}
	options = read_options(argc - 2, argv + 2);
	run(argv[1], options);
	ionfarm_options_free(options);
	print(argv[1]);
	return 0;
}
