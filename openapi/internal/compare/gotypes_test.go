package compare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/compare"
)

func TestGoChanges(t *testing.T) {
	const older = "package gen\n" +
		"type Meta struct {\n\tVersionID *openapi_types.UUID `json:\"version_id,omitempty\"`\n\tKept string `json:\"kept\"`\n\thidden int\n}\n" +
		"type CallID = openapi_types.UUID\n" +
		"type Gone struct{}\n" +
		"type ClientInterface interface { Do() }\n" +
		"const A Kind = \"a\"\n" +
		"func (c *Client) GetA(id CallID) error { return nil }\n" +
		"func helper() {}\n"
	const newer = "package gen\n" +
		"type Meta struct {\n\tVersionID *string `json:\"version_id,omitempty\"`\n\tKept string `json:\"kept\"`\n\tNew *int `json:\"new,omitempty\"`\n}\n" +
		"type CallID = string\n" +
		"type ClientInterface interface { Do(); More() }\n" +
		"const A Kind = \"b\"\n" +
		"func (c *Client) GetA(id CallID, params *GetAParams) error { return nil }\n" +
		"func (c *Client) GetB() error { return nil }\n" +
		"func NewGetBRequest() {}\n"
	changes, err := compare.GoChanges([]byte(older), []byte(newer))
	require.NoError(t, err)
	require.Equal(t, []compare.GoChange{
		{Type: "A", Breaks: true, Text: `constant A was "a", is "b"`},
		{Type: "CallID", Breaks: true, Text: "type CallID was openapi_types.UUID, is string"},
		{Type: "Client.GetA", Breaks: true, Text: "function Client.GetA was func(id CallID) error, is func(id CallID, params *GetAParams) error"},
		{Type: "Client.GetB", Text: "function Client.GetB is new"},
		{Type: "Gone", Breaks: true, Text: "type Gone is gone"},
		{Type: "Meta", Text: `type Meta: the field New is new: *int json:"new,omitempty"`},
		{Type: "Meta", Breaks: true, Text: `type Meta: the field VersionID was *openapi_types.UUID json:"version_id,omitempty", is *string json:"version_id,omitempty"`},
		{Type: "NewGetBRequest", Minor: true, Text: "function NewGetBRequest is new"},
	}, changes)

	_, err = compare.GoChanges([]byte(older), []byte("no Go"))
	require.ErrorContains(t, err, "read generated code")
}
