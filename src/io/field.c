/* Tells what can be told of each voxel. */
#include "io/field.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/output_units.h"

static float
dose_Gy(const struct tally *t, size_t voxel)
{
	return (float)tally_dose_Gy(t, voxel);
}

static float
relative_error(const struct tally *t, size_t voxel)
{
	double error_MeV = tally_error_MeV(t, voxel);
	double mean_MeV = tally_mean_MeV(t, voxel);

	return (float)(mean_MeV > 0 ? error_MeV / mean_MeV : error_MeV);
}

static float
fluence_cm2(const struct tally *t, size_t voxel)
{
	return (float)tally_fluence_cm2(t, voxel);
}

static float
let_keV_um(const struct tally *t, size_t voxel, double (*mean_MeV_cm)(const struct tally_let *))
{
	struct tally_let let = { 0 };
	double mean;

	tally_let_add(&let, t, t->layout.first_voxel, voxel);
	mean = mean_MeV_cm(&let) * keV_um_PER_MeV_cm;
	return isnan(mean) ? 0 : (float)mean;
}

static float
let_t_keV_um(const struct tally *t, size_t voxel)
{
	return let_keV_um(t, voxel, tally_let_t_MeV_cm);
}

static float
let_d_keV_um(const struct tally *t, size_t voxel)
{
	return let_keV_um(t, voxel, tally_let_d_MeV_cm);
}

static const struct field fields[] = {
	{ "dose", "dose", "dose_Gy", "Gy", SCORE_DOSE, dose_Gy },
	{ "error", "dose_error", "relative_error", "1", SCORE_DOSE, relative_error },
	{ "fluence", "fluence", "fluence_cm2", "1/cm2", SCORE_LENGTH, fluence_cm2 },
	{ "let_t", "let_t", "let_t_keV_um", "keV/um", SCORE_LET2, let_t_keV_um },
	{ "let_d", "let_d", "let_d_keV_um", "keV/um", SCORE_LET2, let_d_keV_um },
};

const struct field *
field_at(size_t index)
{
	return index < sizeof fields / sizeof fields[0] ? &fields[index] : NULL;
}

bool
field_is_scored(const struct field *field, const struct tally_layout *l)
{
	return l->n_scores > (int)field->needs;
}

int
field_find(const struct field **field, const char *word, const struct tally_layout *l, struct err *e)
{
	char list[64] = "";

	for (size_t i = 0; (*field = field_at(i)) != NULL && strcmp((*field)->word, word) != 0; i++)
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i == 0 ? "" : ", ", (*field)->word);
	if (*field == NULL)
		return err_set(e, ERR_USAGE, "'%s' is none of %s", word, list);
	if (!field_is_scored(*field, l))
		return err_set(e, ERR_USAGE, "%s was not scored in this run", word);
	return 0;
}

char *
field_unit_text(const struct field *field, const struct tally_layout *l, char buf[64])
{
	if (field->value == fluence_cm2 || (field->value == dose_Gy && l->delivered_primaries <= 0))
		snprintf(buf, 64, "%s per primary", field->unit);
	else if (field->value == dose_Gy)
		snprintf(buf, 64, "%s for %.6g primaries", field->unit, l->delivered_primaries);
	else
		snprintf(buf, 64, "%s", field->unit);
	return buf;
}
